"""What calls what, by the values that flow: files are lowered to short linear code, which is solved together.

`lower` reads one file (`lowering*.py`, `code.py`); `solve` runs the code of all files on sets of abstract
values until nothing changes (`machine.py` and its rooms), and gives the calls that it saw.
"""
