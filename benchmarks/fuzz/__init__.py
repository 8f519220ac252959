"""The bench under input that is damaged, or that nobody means well by.

`recordings` mutates files of every format, `losses` counts what is lost of them in silence, `inputs`
are artefacts, protocols, bundles and keys.
"""
