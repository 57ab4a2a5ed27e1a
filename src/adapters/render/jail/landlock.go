package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

const (
	accessExecute  = 1 << 0
	accessReadFile = 1 << 2
	accessReadDir  = 1 << 3
)

// showOnly takes every right to the file system that this kernel's Landlock knows, but for two: to read `root`, and to
// execute `program`. Of Landlock's other rights it takes all: TCP, signals and abstract UNIX sockets outside.
func showOnly(root, program string) error {
	const version = 1
	found, _, errno := syscall.RawSyscall(sysLandlockCreateRuleset, 0, 0, version)
	if errno != 0 {
		return fmt.Errorf("this kernel has no Landlock (Linux 5.13 or newer, with landlock among its lsm=): %w", errno)
	}
	attributes := rulesetFor(int(found))
	ruleset, _, errno := syscall.RawSyscall(sysLandlockCreateRuleset, uintptr(unsafe.Pointer(&attributes)), attributes.size(int(found)), 0)
	if errno != 0 {
		return fmt.Errorf("landlock_create_ruleset: %w", errno)
	}
	if err := allow(ruleset, root, accessReadFile|accessReadDir); err != nil {
		return err
	}
	// To execute is to read, for the kernel.
	if err := allow(ruleset, program, accessExecute|accessReadFile); err != nil {
		return err
	}
	if _, _, errno := syscall.RawSyscall(sysLandlockRestrictSelf, ruleset, 0, 0); errno != 0 {
		return fmt.Errorf("landlock_restrict_self: %w", errno)
	}
	return nil
}

// struct landlock_ruleset_attr
type ruleset struct {
	files   uint64
	network uint64
	scoped  uint64
}

// What is named here and allowed nowhere is refused. What a version does not know must not be named to it.
func rulesetFor(version int) ruleset {
	attributes := ruleset{files: 1<<13 - 1}
	if version >= 2 {
		attributes.files |= 1 << 13 // move between folders
	}
	if version >= 3 {
		attributes.files |= 1 << 14 // truncate
	}
	if version >= 4 {
		attributes.network = 1<<0 | 1<<1 // bind and connect, TCP
	}
	if version >= 5 {
		attributes.files |= 1 << 15 // ioctl on devices
	}
	if version >= 6 {
		attributes.scoped = 1<<0 | 1<<1 // abstract UNIX sockets, signals
	}
	return attributes
}

func (r ruleset) size(version int) uintptr {
	switch {
	case version >= 6:
		return 24
	case version >= 4:
		return 16
	default:
		return 8
	}
}

func allow(ruleset uintptr, path string, access uint64) error {
	const pathOnly = 0x200000
	file, err := syscall.Open(path, pathOnly|syscall.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	// struct landlock_path_beneath_attr is packed: the right, then the file, and no padding that would be read.
	rule := struct {
		access uint64
		file   int32
	}{access, int32(file)}
	const pathBeneath = 1
	if _, _, errno := syscall.RawSyscall6(sysLandlockAddRule, ruleset, pathBeneath, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("landlock_add_rule for %s: %w", path, errno)
	}
	return nil
}

// The same numbers on every architecture.
const (
	sysLandlockCreateRuleset = 444
	sysLandlockAddRule       = 445
	sysLandlockRestrictSelf  = 446
	sysCloseRange            = 436
)
