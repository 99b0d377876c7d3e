# The traceback of a failure inside an imported module shows no frames of the import machinery.
import outer_module
