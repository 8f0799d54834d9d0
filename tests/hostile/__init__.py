"""Hostile and odd files, made by ourselves: every kind that RELIABILITY names, each with what must become of it.

`kinds` holds the register: name, the fact it comes from, what is expected, how to make it from a filled form. The kinds
stand in `sheets` (cells), `parts` (all that is not cells), `entities`, `zips`, `ole` and `xls`, `xlsb`, `ods`,
`innocent` (odd, and yet taken whole), `others` (files of other types, cut and flipped ones); `names` has what lies
oddly on a disk. `bed` lays them all into one inbox among good forms and runs the real `collect`.

`python -m tests.hostile` prints the table: kind, verdict, codes, seconds, megabytes, and the worst. With `--all` the
heavy ones too, with `--write FOLDER` the files themselves. `make test` runs the quick kinds, `make long` all and the
fuzzing (`FUZZ_SECONDS`, default 600; `FUZZ_SEED`).
"""
