package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

// filterCalls refuses the system calls that a renderer has no business with. It is a list of what is refused, because the
// list of what is allowed would be Go's runtime of the day, and a Go that asks for one call more would end in the middle of
// a rendering. What is too new to be judged here is refused with ENOSYS, as by an older kernel: programs go on without it.
func filterCalls() error {
	program := callFilter(uint32(syscall.Getpid()))
	described := struct {
		length uint16
		filter *instruction
	}{uint16(len(program)), &program[0]}
	const setSeccomp, filterMode = 22, 2
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setSeccomp, filterMode, uintptr(unsafe.Pointer(&described)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	return nil
}

// refusedCalls are refused whatever they are asked; those of one architecture stand in its file. The launcher's own are
// still possible: execve (of the program alone, says Landlock) and what makes limits and filters narrower.
var refusedCalls = merged(architectureCalls, map[string]uintptr{
	// The network. There is no socket, and none of what is inherited is good for passing anything on.
	"socket": syscall.SYS_SOCKET, "socketpair": syscall.SYS_SOCKETPAIR, "bind": syscall.SYS_BIND, "listen": syscall.SYS_LISTEN,
	"accept": syscall.SYS_ACCEPT, "accept4": syscall.SYS_ACCEPT4, "connect": syscall.SYS_CONNECT,
	"sendto": syscall.SYS_SENDTO, "recvfrom": syscall.SYS_RECVFROM, "sendmsg": syscall.SYS_SENDMSG, "recvmsg": syscall.SYS_RECVMSG,
	"recvmmsg": syscall.SYS_RECVMMSG,

	// Other processes: reading, steering, signalling them, and leaving the process group that is ended as a whole.
	"ptrace": syscall.SYS_PTRACE, "tkill": syscall.SYS_TKILL, "rt_sigqueueinfo": syscall.SYS_RT_SIGQUEUEINFO,
	"rt_tgsigqueueinfo": syscall.SYS_RT_TGSIGQUEUEINFO, "setsid": syscall.SYS_SETSID, "setpgid": syscall.SYS_SETPGID,
	"setpriority": syscall.SYS_SETPRIORITY, "ioprio_set": syscall.SYS_IOPRIO_SET, "sched_setparam": syscall.SYS_SCHED_SETPARAM,
	"sched_setscheduler": syscall.SYS_SCHED_SETSCHEDULER, "sched_setaffinity": syscall.SYS_SCHED_SETAFFINITY,
	"migrate_pages": syscall.SYS_MIGRATE_PAGES, "move_pages": syscall.SYS_MOVE_PAGES, "unshare": syscall.SYS_UNSHARE,
	"pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440, "process_mrelease": 448,

	// What two renderings of one user could share.
	"shmget": syscall.SYS_SHMGET, "shmat": syscall.SYS_SHMAT, "shmctl": syscall.SYS_SHMCTL, "semget": syscall.SYS_SEMGET,
	"semop": syscall.SYS_SEMOP, "semctl": syscall.SYS_SEMCTL, "semtimedop": syscall.SYS_SEMTIMEDOP, "msgget": syscall.SYS_MSGGET,
	"msgsnd": syscall.SYS_MSGSND, "msgrcv": syscall.SYS_MSGRCV, "msgctl": syscall.SYS_MSGCTL, "mq_open": syscall.SYS_MQ_OPEN,
	"mq_unlink": syscall.SYS_MQ_UNLINK, "add_key": syscall.SYS_ADD_KEY, "request_key": syscall.SYS_REQUEST_KEY, "keyctl": syscall.SYS_KEYCTL,

	// Files, where Landlock looks away: their owners, rights, times and attributes, and other ways to a file than its name.
	"fchmod": syscall.SYS_FCHMOD, "fchmodat": syscall.SYS_FCHMODAT, "fchmodat2": 452, "fchown": syscall.SYS_FCHOWN,
	"fchownat": syscall.SYS_FCHOWNAT, "utimensat": syscall.SYS_UTIMENSAT, "truncate": syscall.SYS_TRUNCATE,
	"setxattr": syscall.SYS_SETXATTR, "lsetxattr": syscall.SYS_LSETXATTR, "fsetxattr": syscall.SYS_FSETXATTR,
	"getxattr": syscall.SYS_GETXATTR, "lgetxattr": syscall.SYS_LGETXATTR, "fgetxattr": syscall.SYS_FGETXATTR,
	"listxattr": syscall.SYS_LISTXATTR, "llistxattr": syscall.SYS_LLISTXATTR, "flistxattr": syscall.SYS_FLISTXATTR,
	"removexattr": syscall.SYS_REMOVEXATTR, "lremovexattr": syscall.SYS_LREMOVEXATTR, "fremovexattr": syscall.SYS_FREMOVEXATTR,
	"mknodat": syscall.SYS_MKNODAT, "inotify_init1": syscall.SYS_INOTIFY_INIT1, "inotify_add_watch": syscall.SYS_INOTIFY_ADD_WATCH,
	"fanotify_init": syscall.SYS_FANOTIFY_INIT, "fanotify_mark": syscall.SYS_FANOTIFY_MARK,

	// Other views of the file system.
	"mount": syscall.SYS_MOUNT, "umount2": syscall.SYS_UMOUNT2, "pivot_root": syscall.SYS_PIVOT_ROOT, "chroot": syscall.SYS_CHROOT,
	"quotactl": syscall.SYS_QUOTACTL, "swapon": syscall.SYS_SWAPON, "swapoff": syscall.SYS_SWAPOFF, "open_tree": 428,
	"move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "quotactl_fd": 443,
	"statmount": 457, "listmount": 458,

	// Large parts of the kernel, with a history of ways in.
	"io_setup": syscall.SYS_IO_SETUP, "io_submit": syscall.SYS_IO_SUBMIT, "io_uring_setup": 425, "io_uring_enter": 426,
	"io_uring_register": 427, "perf_event_open": syscall.SYS_PERF_EVENT_OPEN, "vmsplice": syscall.SYS_VMSPLICE, "memfd_secret": 447,
	"personality": syscall.SYS_PERSONALITY,

	// The machine.
	"init_module": syscall.SYS_INIT_MODULE, "delete_module": syscall.SYS_DELETE_MODULE, "kexec_load": syscall.SYS_KEXEC_LOAD,
	"reboot": syscall.SYS_REBOOT, "acct": syscall.SYS_ACCT, "syslog": syscall.SYS_SYSLOG, "vhangup": syscall.SYS_VHANGUP,
	"sethostname": syscall.SYS_SETHOSTNAME, "setdomainname": syscall.SYS_SETDOMAINNAME, "settimeofday": syscall.SYS_SETTIMEOFDAY,
	"clock_settime": syscall.SYS_CLOCK_SETTIME, "adjtimex": syscall.SYS_ADJTIMEX, "sync": syscall.SYS_SYNC,
	"lsm_set_self_attr": 460,
})

const (
	// The newest call that was judged: mseal, Linux 6.10.
	newestCall = 462
	sysClone3  = 435
	sysOpenat2 = 437

	cloneThread = 0x00010000
	// mount, cgroup, UTS, IPC, user, PID and network namespace.
	cloneNamespaces = 0x7e020000
)

// callFilter is a classic BPF program over struct seccomp_data, for the process `self`.
func callFilter(self uint32) []instruction {
	filter := []instruction{load(4), jump(equals, architecture, 1, 0), answer(killProcess)}
	// Beyond it is also the x32 side of amd64's table.
	filter = append(filter, load(0), jump(greater, newestCall, 0, 1), answer(unknown))
	// What they ask for stands in memory, which no filter sees. A thread is then made by clone, a file opened by openat.
	for _, number := range []uint32{sysClone3, sysOpenat2} {
		filter = append(filter, jump(equals, number, 0, 1), answer(unknown))
	}
	for _, number := range refusedCalls {
		filter = append(filter, jump(equals, uint32(number), 0, 1), answer(refused))
	}
	filter = append(filter,
		// A thread of its own, and nothing else: no process, no namespace.
		jump(equals, syscall.SYS_CLONE, 0, 5), load(argument(0)),
		jump(set, cloneThread, 0, 2), jump(set, cloneNamespaces, 1, 0), answer(allowed), answer(refused))
	// Landlock before Linux 6.2 has no word about a file that is opened to be read, and emptied.
	for number, flags := range openCalls {
		filter = append(filter, jump(equals, uint32(number), 0, 4), load(argument(flags)), jump(set, syscall.O_TRUNC, 0, 1), answer(refused), answer(allowed))
	}
	// Go interrupts its own threads by signals.
	filter = append(filter, where(syscall.SYS_KILL, 0, []uint32{self}, allowed, refused)...)
	filter = append(filter, where(syscall.SYS_TGKILL, 0, []uint32{self}, allowed, refused)...)
	filter = append(filter, where(sysPrlimit64, 0, []uint32{0, self}, allowed, refused)...)
	// F_SETOWN, F_SETSIG, F_SETOWN_EX: signals to others by way of a file. F_SETLEASE, F_NOTIFY: a hand on what others open.
	filter = append(filter, where(syscall.SYS_FCNTL, 1, []uint32{8, 10, 15, 1024, 1026}, refused, allowed)...)
	// TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Others change the attributes of a file that is open to be read
	// (FS_IOC_SETFLAGS), type on somebody's terminal (TIOCSTI), and whatever a driver has thought of.
	filter = append(filter, where(syscall.SYS_IOCTL, 1, []uint32{0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451}, allowed, refused)...)
	return append(filter, answer(allowed))
}

// where answers a call by one of its arguments.
func where(call, index uint32, values []uint32, listed, other uint32) []instruction {
	part := []instruction{jump(equals, call, 0, uint8(2*len(values)+2)), load(argument(index))}
	for _, value := range values {
		part = append(part, jump(equals, value, 0, 1), answer(listed))
	}
	return append(part, answer(other))
}

// struct sock_filter
type instruction struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

const (
	equals  = 0x15
	greater = 0x25
	set     = 0x45

	killProcess = 0x80000000
	allowed     = 0x7fff0000
	refused     = 0x00050000 | uint32(syscall.EPERM)
	unknown     = 0x00050000 | uint32(syscall.ENOSYS)
)

func load(offset uint32) instruction { return instruction{code: 0x20, k: offset} }

func jump(code uint16, k uint32, yes, no uint8) instruction { return instruction{code, yes, no, k} }

func answer(action uint32) instruction { return instruction{code: 0x06, k: action} }

// argument is where the lower half of an argument stands; both architectures are little-endian.
func argument(index uint32) uint32 { return 16 + 8*index }

func merged(maps ...map[string]uintptr) map[string]uintptr {
	all := map[string]uintptr{}
	for _, each := range maps {
		for name, number := range each {
			all[name] = number
		}
	}
	return all
}
