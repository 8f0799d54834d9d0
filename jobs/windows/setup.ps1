# Builds .venv from the lock file (what `make install` does). Python 3.11 or newer must be on the PATH.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")
if (-not (Test-Path ".venv")) { py -3 -m venv .venv }
& .venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
