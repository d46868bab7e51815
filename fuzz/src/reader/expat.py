"""Reads base64 lines, answers each with `ok` or with what expat finds wrong with the document."""
import base64
import sys
from xml.parsers import expat

for line in sys.stdin.buffer:
    parser = expat.ParserCreate(namespace_separator="\x01")
    try:
        parser.Parse(base64.b64decode(line), True)
        answer = "ok"
    except expat.ExpatError as error:
        answer = str(error)
    print(answer, flush=True)
