#!/usr/bin/env bash
# Brings our firmware onto a board: ./flash.sh --id caller-19. All about it: docs/flashing.md
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${HALLKIT_PYTHON:-$root/.venv/bin/python}"

if [[ ! -x "$python" ]]; then
  echo "flash.sh: no $python. Run 'make setup' in $root first." >&2
  exit 3
fi

# The device's own check of its configuration is used here too, as `common`.
export PYTHONPATH="$root:$root/firmware${PYTHONPATH:+:$PYTHONPATH}"
exec "$python" -m firmware.flasher "$@"
