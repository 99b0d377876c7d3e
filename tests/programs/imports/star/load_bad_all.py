from bad_all import *
