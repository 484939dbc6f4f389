"""Makes a flash image, or changes one.

micropython mkimage.py SHIMS IMAGE BYTES HOST_PATH PATH
BYTES > 0 makes a new image. A host directory is copied with all that is in it.
"""

import os
import sys

import vfs

_shims, _image, _size, _host_path, _path = sys.argv[1:6]
sys.path[:] = [_shims, ".frozen"]
import flash  # noqa: E402

_DIRECTORY = 0x4000  # S_IFDIR
_AT = "/board"  # the host's root stays mounted beside it


def _make_directories(path):
    parts = path.split("/")[1:-1]
    for count in range(1, len(parts) + 1):
        directory = _AT + "/" + "/".join(parts[:count])
        try:
            os.mkdir(directory)
        except OSError:
            os.stat(directory)  # it was there; anything else is an error


def _copy(host_path, path):
    if os.stat(host_path)[0] & _DIRECTORY:
        for entry in os.ilistdir(host_path):
            _copy(host_path + "/" + entry[0], path.rstrip("/") + "/" + entry[0])
        return
    _make_directories(path)
    with open(host_path, "rb") as source, open(_AT + path, "wb") as target:
        while block := source.read(flash.ERASE_BYTES):
            target.write(block)


if int(_size):
    flash.create(_image, int(_size))
_nor = flash.Flash(_image)
if int(_size):
    flash.mkfs(_nor)
flash.mount(_nor, _AT)
_copy(_host_path, _path)
vfs.umount(_AT)
