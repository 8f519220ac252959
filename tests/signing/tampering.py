"""What somebody might do to a paper, as updates that are appended to it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

Writer = IncrementalPdfFileWriter
Attack = Callable[[Writer], None]
ATTACKS: dict[str, Attack] = {}


def attack(function: Attack) -> Attack:
    """Register it by its name."""
    ATTACKS[function.__name__] = function
    return function


def updated(pdf: bytes, change: Attack) -> bytes:
    """The PDF with that change appended."""
    writer = Writer(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def stream(data: bytes, **entries: generic.PdfObject) -> generic.StreamObject:
    """A stream of the data."""
    made = generic.StreamObject(stream_data=data)
    made.update({pdf_name(f"/{key}"): value for key, value in entries.items()})
    return made


def page(writer: Writer, number: int = 0) -> generic.DictionaryObject:
    """A page, to be changed."""
    found: generic.DictionaryObject = writer.find_page_for_modification(number)[0].get_object()
    return found


def field(writer: Writer, name: str) -> generic.DictionaryObject:
    """A form field, to be changed."""
    for each in writer.root["/AcroForm"]["/Fields"]:
        found: generic.DictionaryObject = each.get_object()
        if found["/T"] == name:
            writer.update_container(found)
            return found
    raise KeyError(name)


def add_to(
    writer: Writer, holder: generic.DictionaryObject, key: str, value: generic.PdfObject
) -> None:
    holder[pdf_name(key)] = value
    writer.update_container(holder)


@attack
def another_page_in_place_of_one(writer: Writer) -> None:
    old = page(writer)
    old[pdf_name("/Contents")] = writer.add_object(stream(b"BT (The University brings nothing) ET"))
    writer.update_container(old)


@attack
def content_of_a_page_overwritten(writer: Writer) -> None:
    contents = page(writer).raw_get("/Contents").reference
    writer.objects[contents.generation, contents.idnum] = stream(b"0 0 300 400 re f")


@attack
def a_page_more(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    blank = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): generic.IndirectObject(
                pages.container_ref.idnum, pages.container_ref.generation, writer
            ),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        }
    )
    pages["/Kids"].append(writer.add_object(blank))
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


@attack
def a_page_less(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][0]
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def _annotate(writer: Writer, **entries: generic.PdfObject) -> None:
    made = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 400))),
            **{pdf_name(f"/{key}"): value for key, value in entries.items()},
        }
    )
    first = page(writer)
    if "/Annots" not in first:
        first[pdf_name("/Annots")] = generic.ArrayObject()
    first["/Annots"].append(writer.add_object(made))
    writer.update_container(first)
    writer.update_container(first["/Annots"])


@attack
def a_note_over_a_page(writer: Writer) -> None:
    _annotate(writer, Subtype=pdf_name("/FreeText"), Contents=pdf_string("0 EUR"))


@attack
def a_link_that_launches(writer: Writer) -> None:
    action = DictionaryObject(
        {pdf_name("/S"): pdf_name("/Launch"), pdf_name("/F"): pdf_string("x")}
    )
    _annotate(writer, Subtype=pdf_name("/Link"), A=action)


@attack
def a_script_at_opening(writer: Writer) -> None:
    script = DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    )
    add_to(writer, writer.root, "/OpenAction", script)


@attack
def an_action_at_printing(writer: Writer) -> None:
    add_to(writer, writer.root, "/AA", DictionaryObject({pdf_name("/WP"): DictionaryObject({})}))


@attack
def an_attachment_more(writer: Writer) -> None:
    embed_file(
        writer,
        FileSpec(
            "more.txt",
            embedded_data=EmbeddedFileObject.from_file_data(writer, data=b"more", params=None),
        ),
    )


@attack
def an_attachment_swapped(writer: Writer) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    held = names[1]["/EF"].raw_get("/F").reference
    writer.objects[held.generation, held.idnum] = stream(
        b'{"end": "2026-04-01"}', Type=pdf_name("/EmbeddedFile")
    )


@attack
def another_catalogue(writer: Writer) -> None:
    add_to(writer, writer.root, "/PageLabels", DictionaryObject({}))


@attack
def other_layers_shown(writer: Writer) -> None:
    add_to(writer, writer.root, "/OCProperties", DictionaryObject({}))


@attack
def another_title(writer: Writer) -> None:
    writer.set_info(
        writer.add_object(DictionaryObject({pdf_name("/Title"): pdf_string("Another")}))
    )


@attack
def a_strange_entry_in_the_evidence(writer: Writer) -> None:
    add_to(writer, writer.root["/DSS"], "/Page", generic.NumberObject(1))


@attack
def evidence_that_is_no_stream(writer: Writer) -> None:
    add_to(writer, writer.root["/DSS"], "/CRLs", generic.ArrayObject([pdf_string("x")]))


@attack
def another_look_of_a_signature(writer: Writer) -> None:
    look = stream(b"0 0 120 40 re f", Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"))
    look[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 120, 40)))
    field(writer, "signer-1")[pdf_name("/AP")] = DictionaryObject(
        {pdf_name("/N"): writer.add_object(look)}
    )


@attack
def the_look_of_a_signature_overwritten(writer: Writer) -> None:
    look = field(writer, "signer-1")["/AP"].raw_get("/N").reference
    form = writer.get_object(look)
    made = stream(b"0 0 120 40 re f", Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"))
    made[pdf_name("/BBox")] = form["/BBox"]
    writer.objects[look.generation, look.idnum] = made


@attack
def a_signature_moved(writer: Writer) -> None:
    field(writer, "signer-1")[pdf_name("/Rect")] = generic.ArrayObject(
        map(generic.NumberObject, (0, 0, 300, 400))
    )


@attack
def a_signature_taken_out(writer: Writer) -> None:
    del field(writer, "signer-1")["/V"]


@attack
def a_field_taken_out(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    del form["/Fields"][0]
    writer.update_container(form)
    writer.update_container(form["/Fields"])


@attack
def a_field_more(writer: Writer) -> None:
    append_signature_field(writer, SigFieldSpec("more", 0, (0, 0, 300, 400)))


@attack
def a_text_field_more(writer: Writer) -> None:
    made = DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string("amount"),
            pdf_name("/V"): pdf_string("0"),
        }
    )
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(made))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


@attack
def a_second_field_of_the_same_name(writer: Writer) -> None:
    first = field(writer, "signer-1")
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(DictionaryObject(dict(first))))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


@attack
def the_signature_object_overwritten(writer: Writer) -> None:
    held = field(writer, "signer-1").raw_get("/V").reference
    made = DictionaryObject(dict(writer.get_object(held)))
    made[pdf_name("/M")] = pdf_string("D:20200101000000Z")
    writer.objects[held.generation, held.idnum] = made


@attack
def an_object_that_nothing_refers_to(writer: Writer) -> None:
    writer.add_object(stream(b"waiting"))
