from bad_type import *
