// fairlead-jail starts a program that reads what a stranger wrote, in a jail that it cannot leave:
//
//	fairlead-jail -root FOLDER -memory BYTES -cpu SECONDS -file-size BYTES -- PROGRAM [ARGUMENTS]
//	fairlead-jail probe ATTEMPT...
//
// PROGRAM (absolute, linked statically) reads FOLDER and nothing else, writes nowhere, starts no other program, has no
// socket and no privilege. Where the kernel cannot hold it so, it is not started: exit code 125. `probe` is what Fairlead
// runs in the jail to see whether it holds.
//
// Only the standard library and the kernel's own interface: https://docs.kernel.org/userspace-api/landlock.html,
// https://docs.kernel.org/userspace-api/seccomp_filter.html, https://docs.kernel.org/userspace-api/no_new_privs.html.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"
)

const notJailed = 125

func main() {
	if len(os.Args) > 1 && os.Args[1] == "probe" {
		probe(os.Args[2:])
		return
	}
	err := launch()
	fmt.Fprintln(os.Stderr, "fairlead-jail:", err)
	os.Exit(notJailed)
}

// launch comes back only with what kept the program from being started.
func launch() error {
	root := flag.String("root", "", "the folder that the program may read")
	memory := flag.Uint64("memory", 0, "bytes of address space")
	cpu := flag.Uint64("cpu", 0, "seconds of processors, of all threads together")
	fileSize := flag.Uint64("file-size", 0, "bytes of any file that it writes")
	flag.Parse()
	command := flag.Args()
	if *root == "" || *memory == 0 || *cpu == 0 || len(command) == 0 {
		return fmt.Errorf("usage: fairlead-jail -root FOLDER -memory BYTES -cpu SECONDS -file-size BYTES -- PROGRAM [ARGUMENTS]")
	}
	// Privileges, Landlock and the filter belong to a thread: this one becomes the program, the others end.
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	limits := []limit{
		{"processor time", syscall.RLIMIT_CPU, *cpu},
		{"file size", syscall.RLIMIT_FSIZE, *fileSize},
		{"open files", syscall.RLIMIT_NOFILE, 1024},
		{"core", syscall.RLIMIT_CORE, 0},
		{"locked memory", rlimitMemlock, 0},
	}
	// RLIMIT_NPROC is missing: it counts what everybody of this user runs on the machine, and does not hold for root. The
	// filter lets the program start no process at all.
	for _, each := range limits {
		if err := each.set(); err != nil {
			return err
		}
	}
	if err := closeInherited(); err != nil {
		return err
	}
	if err := dropPrivileges(); err != nil {
		return err
	}
	if err := showOnly(*root, command[0]); err != nil {
		return err
	}
	if err := filterCalls(); err != nil {
		return err
	}
	return become(command, *memory)
}

// become starts the program in the place of this one. The limit of its memory comes last, and nothing between the two asks for
// any: Go's own runtime has reserved more than that already, and would end for want of a page.
func become(command []string, memory uint64) error {
	file, err := syscall.BytePtrFromString(command[0])
	if err != nil {
		return err
	}
	arguments, err := syscall.SlicePtrFromStrings(command)
	if err != nil {
		return err
	}
	environment, err := syscall.SlicePtrFromStrings(os.Environ())
	if err != nil {
		return err
	}
	var current syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &current); err != nil {
		return fmt.Errorf("limit of address space: %w", err)
	}
	bound := min(memory, current.Max)
	limits := syscall.Rlimit{Cur: bound, Max: bound}
	_, _, errno := syscall.RawSyscall6(sysPrlimit64, 0, syscall.RLIMIT_AS, uintptr(unsafe.Pointer(&limits)), 0, 0, 0)
	if errno == 0 {
		_, _, errno = syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(file)),
			uintptr(unsafe.Pointer(&arguments[0])), uintptr(unsafe.Pointer(&environment[0])))
	}
	return fmt.Errorf("%s: %w", command[0], errno)
}

type limit struct {
	name     string
	resource int
	value    uint64
}

// set takes the value, or what is allowed already where that is less.
func (l limit) set() error {
	var current syscall.Rlimit
	if err := syscall.Getrlimit(l.resource, &current); err != nil {
		return fmt.Errorf("limit of %s: %w", l.name, err)
	}
	value := min(l.value, current.Max)
	if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: value, Max: value}); err != nil {
		return fmt.Errorf("limit of %s: %w", l.name, err)
	}
	return nil
}

// closeInherited lets the program have standard input, output and error, and nothing else that is open here.
func closeInherited() error {
	const closeOnExec = 4
	if _, _, errno := syscall.RawSyscall(sysCloseRange, 3, uintptr(^uint32(0)), closeOnExec); errno != 0 {
		return fmt.Errorf("close_range: %w", errno)
	}
	return nil
}

// dropPrivileges takes all capabilities from root, and from everybody the way to new ones (a program with set-uid).
func dropPrivileges() error {
	header := struct {
		version uint32
		pid     int32
	}{version: 0x20080522}
	var none [2]struct{ effective, permitted, inheritable uint32 }
	_, _, errno := syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none)), 0)
	if errno != 0 {
		return fmt.Errorf("capset: %w", errno)
	}
	const setNoNewPrivileges = 38
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("no_new_privs: %w", errno)
	}
	return nil
}

const rlimitMemlock = 8
