"""Small generated files in the form of real exports of shops and lists of suppliers, each with a file of its truth.

`python -m bench.door_files FOLDER` writes them, `python -m bench.door FOLDER` imports them. The headers are of the
programs; the products are invented.
"""
