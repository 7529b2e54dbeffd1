"""Small files after the exports of real shops and the lists of suppliers, made by code, each with its truth beside it.

`python -m bench.door_files FOLDER` writes them; `python -m bench.door FOLDER` imports them. The headers are those of the
programs; all products are made up.
"""
