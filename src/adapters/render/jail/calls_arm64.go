package main

import "syscall"

// AUDIT_ARCH_AARCH64
const architecture = 0xc00000b7

const sysPrlimit64 = 261

// What opens a file by its name, and which of its arguments the flags are.
var openCalls = map[uintptr]uint32{syscall.SYS_OPENAT: 2}

// What the standard library has no name for on every architecture.
var architectureCalls = map[string]uintptr{
	"name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "syncfs": 267, "sendmmsg": 269, "setns": 268,
	"process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "sched_setattr": 274,
	"memfd_create": 279, "kexec_file_load": 294, "bpf": 280, "execveat": 281, "userfaultfd": 282,
}
