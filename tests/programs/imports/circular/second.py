print("second begins")
import first
seen_at_import = hasattr(first, "value")
value = "second value"
print("second ends")
