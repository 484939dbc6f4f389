"""Brings our firmware onto boards over USB; started by `./flash.sh`."""
