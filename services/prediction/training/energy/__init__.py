"""The model "energy-loads": heating and cooling loads of buildings, from the ENB2012 data."""
