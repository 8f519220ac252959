import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Calendar;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureInterface;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs in a field, as PDFBox's own example does: BEFORE.pdf AFTER.pdf FIELD KEY.p12 PASSWORD. */
public class SignWithPdfBox implements SignatureInterface {
    private final PrivateKey key;
    private final Certificate[] chain;

    SignWithPdfBox(String file, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(file), password);
        String alias = store.aliases().nextElement();
        key = (PrivateKey) store.getKey(alias, password);
        chain = store.getCertificateChain(alias);
    }

    public byte[] sign(InputStream content) throws IOException {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                    .build(
                        new JcaContentSignerBuilder("SHA256withRSA").build(key),
                        (X509Certificate) chain[0]));
            generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
            CMSProcessableByteArray data = new CMSProcessableByteArray(content.readAllBytes());
            return generator.generate(data, false).getEncoded();
        } catch (Exception fault) {
            throw new IOException(fault);
        }
    }

    public static void main(String[] given) throws Exception {
        FileOutputStream out = new FileOutputStream(given[1]);
        out.write(new FileInputStream(given[0]).readAllBytes());
        PDDocument document = PDDocument.load(given[0]);
        PDSignature signature = new PDSignature();
        signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
        signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
        signature.setSignDate(Calendar.getInstance());
        PDField field = document.getDocumentCatalog().getAcroForm().getField(given[2]);
        field.getDictionary().setItem(COSName.V, signature);
        field.getDictionary().setNeedToBeUpdate(true);
        document.addSignature(signature, new SignWithPdfBox(given[3], given[4].toCharArray()));
        document.saveIncremental(new FileInputStream(given[1]), out);
        document.close();
    }
}
