from tests.matrix import SIGNED_IN, Row

ROWS = [Row("desk:desk", may=SIGNED_IN)]
