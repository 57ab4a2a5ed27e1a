package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// probe makes attempts to leave the jail that it is in, each `NAME` or `NAME=WHAT`, and says of each in a line what came of
// it: `ATTEMPT refused: WHY`, or what it got. An attempt that is not answered ended the probe.
func probe(attempts []string) {
	open := openFiles()
	for _, attempt := range attempts {
		name, what, _ := strings.Cut(attempt, "=")
		fmt.Println(attempt, tried(name, what, open))
	}
}

func tried(name, what string, open []int) string {
	switch name {
	case "read":
		content, err := os.ReadFile(what)
		return outcome(fmt.Sprintf("%d bytes", len(content)), err)
	case "list":
		entries, err := os.ReadDir(what)
		return outcome(fmt.Sprintf("%d entries", len(entries)), err)
	case "write":
		return outcome("written", os.WriteFile(what, []byte("written by the probe\n"), 0o600))
	case "remove":
		return outcome("removed", os.Remove(what))
	case "link":
		return outcome("linked", os.Symlink("/etc/passwd", what))
	case "chmod":
		return outcome("changed", os.Chmod(what, 0o777))
	case "empty":
		_, err := syscall.Open(what, syscall.O_RDONLY|syscall.O_TRUNC|syscall.O_CLOEXEC, 0)
		return outcome("emptied", err)
	case "attributes":
		return onFile(what, func(file uintptr) error {
			var none uint32
			const setFlags = 0x40086602
			return call(syscall.SYS_IOCTL, file, setFlags, uintptr(unsafe.Pointer(&none)))
		})
	case "lease":
		return onFile(what, func(file uintptr) error { return call(syscall.SYS_FCNTL, file, syscall.F_SETLEASE, syscall.F_RDLCK) })
	case "socket":
		return socket(what)
	case "connect":
		return connect(what)
	case "files":
		return outcomeOf(open)
	case "environment":
		return "got " + strings.Join(os.Environ(), " ")
	case "privileges":
		return privileges()
	case "process":
		return processes()
	case "signal":
		return number(what, func(pid int) error { return syscall.Kill(pid, 0) })
	case "limits":
		return number(what, limitsOf)
	case "owner":
		return number(what, func(pid int) error { return call(syscall.SYS_FCNTL, 1, 8, uintptr(pid)) })
	case "namespace":
		return outcome("a namespace", call(syscall.SYS_CLONE, cloneThread|0x10000000))
	case "memory":
		return number(what, allocate)
	case "spin":
		for {
		}
	case "calls":
		return calls()
	case "exec":
		return outcome("executed", syscall.Exec(what, []string{what}, nil))
	default:
		return "got an attempt that nobody knows"
	}
}

// A filter and Landlock say EPERM, EACCES or ENOSYS before the kernel looks at what was asked: any other complaint means that
// it was asked.
func outcome(got string, err error) string {
	var errno syscall.Errno
	switch {
	case err == nil:
		return "got " + got
	case errors.As(err, &errno) && slices.Contains([]syscall.Errno{syscall.EPERM, syscall.EACCES, syscall.ENOSYS}, errno):
		return "refused: " + errno.Error()
	default:
		return "got as far as: " + err.Error()
	}
}

func outcomeOf(open []int) string {
	if len(open) == 0 {
		return "refused: only standard input, output and error are open"
	}
	return fmt.Sprint("got ", open)
}

// openFiles must be asked before anything else: Go opens files of its own once it waits for one.
func openFiles() []int {
	var open []int
	for file := 3; file < 1024; file++ {
		if call(syscall.SYS_FCNTL, uintptr(file), syscall.F_GETFD) == nil {
			open = append(open, file)
		}
	}
	return open
}

// onFile tries something with a file that it may read.
func onFile(path string, attempt func(uintptr) error) string {
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return "got no file: " + err.Error()
	}
	defer syscall.Close(file)
	return outcome("it", attempt(uintptr(file)))
}

func socket(family string) string {
	families := map[string]int{
		"unix": syscall.AF_UNIX, "inet": syscall.AF_INET, "inet6": syscall.AF_INET6, "netlink": syscall.AF_NETLINK,
		"packet": syscall.AF_PACKET, "vsock": 40, "alg": 38,
	}
	_, err := syscall.Socket(families[family], syscall.SOCK_DGRAM, 0)
	return outcome("a socket", err)
}

// connect takes tcp4:PORT, tcp6:PORT, udp4:PORT, udp6:PORT on loopback, and abstract:NAME and unix:PATH.
func connect(what string) string {
	network, where, _ := strings.Cut(what, ":")
	port, _ := strconv.Atoi(where)
	kind := syscall.SOCK_STREAM
	if strings.HasPrefix(network, "udp") {
		kind = syscall.SOCK_DGRAM
	}
	var family int
	var address syscall.Sockaddr
	switch network {
	case "tcp4", "udp4":
		family, address = syscall.AF_INET, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
	case "tcp6", "udp6":
		family, address = syscall.AF_INET6, &syscall.SockaddrInet6{Port: port, Addr: [16]byte{15: 1}}
	case "abstract":
		family, address = syscall.AF_UNIX, &syscall.SockaddrUnix{Name: "@" + where}
	default:
		family, address = syscall.AF_UNIX, &syscall.SockaddrUnix{Name: where}
	}
	file, err := syscall.Socket(family, kind, 0)
	if err == nil {
		err = syscall.Connect(file, address)
	}
	if err == nil {
		_, err = syscall.Write(file, []byte("GET / HTTP/1.0\r\n\r\n"))
	}
	return outcome("connected", err)
}

func privileges() string {
	const getNoNewPrivileges = 39
	held, _, _ := syscall.RawSyscall6(syscall.SYS_PRCTL, getNoNewPrivileges, 0, 0, 0, 0, 0)
	header := struct {
		version uint32
		pid     int32
	}{version: 0x20080522}
	var has [2]struct{ effective, permitted, inheritable uint32 }
	syscall.RawSyscall(syscall.SYS_CAPGET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&has)), 0)
	if held != 1 || has[0].permitted != 0 || has[1].permitted != 0 {
		return fmt.Sprintf("got no_new_privs %d, capabilities %x %x", held, has[0].permitted, has[1].permitted)
	}
	return "refused: no capability, and none to come"
}

// A fork bomb, of at most 100.
func processes() string {
	made := 0
	var err error
	for made < 100 {
		pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			err = errno
			break
		}
		if pid == 0 {
			syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
		}
		made++
	}
	if made > 0 {
		return fmt.Sprintf("got %d processes", made)
	}
	return outcome("processes", err)
}

func limitsOf(pid int) error {
	var limits syscall.Rlimit
	return call(sysPrlimit64, uintptr(pid), uintptr(syscall.RLIMIT_NOFILE), 0, uintptr(unsafe.Pointer(&limits)))
}

// ENOMEM is the answer of a limit.
func allocate(bytes int) error {
	_, err := syscall.Mmap(-1, 0, bytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err == syscall.ENOMEM {
		return syscall.EPERM
	}
	return err
}

// calls makes every refused call with nonsense. Only in the jail: some of them mean something without arguments.
func calls() string {
	const getSeccomp = 21
	if mode, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, getSeccomp, 0, 0); mode != 2 {
		return "got no filter"
	}
	const nonsense = ^uintptr(0)
	var possible []string
	for name, number := range merged(refusedCalls, map[string]uintptr{"clone3": sysClone3, "openat2": sysOpenat2, "a call of tomorrow": newestCall + 1}) {
		err := call(number, nonsense, nonsense, nonsense, nonsense, nonsense, nonsense)
		if err != syscall.EPERM && err != syscall.ENOSYS {
			possible = append(possible, fmt.Sprint(name, " (", err, ")"))
		}
	}
	if len(possible) > 0 {
		slices.Sort(possible)
		return "got " + strings.Join(possible, ", ")
	}
	return fmt.Sprintf("refused: all of %d", len(refusedCalls))
}

func number(text string, attempt func(int) error) string {
	value, err := strconv.Atoi(text)
	if err != nil {
		return "got no number"
	}
	return outcome("it", attempt(value))
}

func call(number uintptr, arguments ...uintptr) error {
	var a [6]uintptr
	copy(a[:], arguments)
	if _, _, errno := syscall.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}
