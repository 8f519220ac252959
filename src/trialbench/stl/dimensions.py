def with_units(formula, units):
    return formula
