# The tests (what `make test` does).
& (Join-Path $PSScriptRoot "setup.ps1")
& .venv\Scripts\python.exe -m pytest
exit $LASTEXITCODE
