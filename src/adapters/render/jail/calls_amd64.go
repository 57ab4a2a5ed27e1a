package main

import "syscall"

// AUDIT_ARCH_X86_64
const architecture = 0xc000003e

const sysPrlimit64 = 302

// What opens a file by its name, and which of its arguments the flags are.
var openCalls = map[uintptr]uint32{syscall.SYS_OPEN: 1, syscall.SYS_OPENAT: 2}

// Older twins of other calls, and what the standard library has no name for.
var architectureCalls = map[string]uintptr{
	"creat": syscall.SYS_CREAT, "fork": syscall.SYS_FORK, "vfork": syscall.SYS_VFORK,
	"chmod": syscall.SYS_CHMOD, "chown": syscall.SYS_CHOWN, "lchown": syscall.SYS_LCHOWN, "mknod": syscall.SYS_MKNOD,
	"utime": syscall.SYS_UTIME, "utimes": syscall.SYS_UTIMES, "futimesat": syscall.SYS_FUTIMESAT,
	"inotify_init": syscall.SYS_INOTIFY_INIT, "uselib": syscall.SYS_USELIB, "ustat": syscall.SYS_USTAT, "sysfs": syscall.SYS_SYSFS,
	"modify_ldt": syscall.SYS_MODIFY_LDT, "iopl": syscall.SYS_IOPL, "ioperm": syscall.SYS_IOPERM,
	"name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "syncfs": 306, "sendmmsg": 307, "setns": 308,
	"process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "sched_setattr": 314,
	"memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "execveat": 322, "userfaultfd": 323,
}
