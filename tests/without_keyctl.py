"""Runs a command in which the kernel refuses leases, as Docker's default seccomp profile does.

    python tests/without_keyctl.py COMMAND [ARGUMENT...]

`add_key`, `request_key` and `keyctl` fail with EPERM.
"""

import ctypes
import os
import platform
import struct
import sys

FIRST = {"x86_64": 248, "aarch64": 217}[platform.machine()]  # the three follow each other
EPERM = 1

LOAD_SYSCALL, AT_LEAST, ABOVE, RETURN = 0x20, 0x35, 0x25, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def main() -> None:
    code = b"".join(
        [
            instruction(LOAD_SYSCALL, 0, 0, 0),
            instruction(AT_LEAST, 0, 2, FIRST),
            instruction(ABOVE, 1, 0, FIRST + 2),
            instruction(RETURN, 0, 0, FAIL | EPERM),
            instruction(RETURN, 0, 0, ALLOW),
        ]
    )
    buffer = ctypes.create_string_buffer(code)
    program = Program(5, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        sys.exit(f"seccomp: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
