import CIcal
