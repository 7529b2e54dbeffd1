"""The values of single cells: numbers, yes and no, formulas, invisible and damaged characters."""
