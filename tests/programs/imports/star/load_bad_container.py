from bad_container import *
