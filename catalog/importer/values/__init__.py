"""What single cells say: numbers, yes and no, formulas, invisible and damaged characters."""
