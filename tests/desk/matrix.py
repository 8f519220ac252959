from tests.matrix import SIGNED_IN, Row

ROWS = [
    Row("desk:desk", may=SIGNED_IN),
    Row("desk:others", may=SIGNED_IN),
    Row("desk:news", may=SIGNED_IN),
    Row("desk:seen", may=SIGNED_IN, data={}, status=302),
    # Of something that waits for nobody, or that is not theirs to know, one is told the same.
    Row("desk:remind", may=SIGNED_IN, data={"key": "agreements.sign.nobody"}, status=409),
]
