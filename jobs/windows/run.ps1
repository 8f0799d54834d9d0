# A whole month on the real plan (what `make run` does).
& (Join-Path $PSScriptRoot "setup.ps1")
& .venv\Scripts\python.exe -m tracker demo --home .
exit $LASTEXITCODE
