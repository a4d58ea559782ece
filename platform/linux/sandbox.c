/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The sandbox on Linux: limits, no new privileges, Landlock for paths, a seccomp filter for calls.
 *
 * The filter is an allow-list. What is not on it fails with EPERM, so that a library which asks the
 * name service or starts a thread gets on without; starting a program or looking into a process
 * ends the helper at once. Where Landlock is missing, nothing can be opened at all.
 *
 * Hand-written rather than through libseccomp: a list, two checked arguments, and no further
 * library in a process that reads hostile bytes (docs/decisions/0026). */

#include "platform/sandbox.h"

#include "platform/linux/peer_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 64 /* fonts are opened a few at a time */

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCHITECTURE AUDIT_ARCH_RISCV64
#else
#error "name this processor's AUDIT_ARCH constant here"
#endif

/* ── limits ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
limit (int resource, rlim_t value, GError **error)
{
  struct rlimit limits;

  if (getrlimit ((__rlimit_resource_t)resource, &limits) != 0)
    return hs_platform_fail (error, errno, "cannot limit the helper");
  limits.rlim_max = MIN (limits.rlim_max, value);
  limits.rlim_cur = limits.rlim_max;
  if (setrlimit ((__rlimit_resource_t)resource, &limits) != 0)
    return hs_platform_fail (error, errno, "cannot limit the helper");
  return TRUE;
}

/* ── paths ───────────────────────────────────────────────────────────────────────────────── */

/* Every right that the kernel's Landlock knows, so that what is not granted is refused. ABI 2 came
 * with REFER, 3 with TRUNCATE, 5 with IOCTL_DEV. */
static guint64
rights_of_abi (long abi)
{
  static const guint bits[] = { 0, 13, 14, 15, 15, 16 };

  return (1ULL << bits[MIN (abi, 5)]) - 1;
}

static gboolean
grant_reading (int rules, const char *path)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE };
  struct stat facts;
  int place = open (path, O_PATH | O_CLOEXEC);

  if (place < 0)
    return TRUE; /* not there, or not ours to read: nothing is granted */
  gboolean is_granted = fstat (place, &facts) == 0;
  if (is_granted && S_ISDIR (facts.st_mode))
    rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = place;
  is_granted = is_granted
               && syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  close (place);
  return is_granted;
}

/* Returns FALSE if this kernel has no Landlock or a part of it failed: then nothing may be opened. */
static gboolean
confine_paths (const char *const *readable)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  if (abi < 1)
    return FALSE;
  const struct landlock_ruleset_attr wanted = { .handled_access_fs = rights_of_abi (abi) };
  int rules
      = (int)syscall (SYS_landlock_create_ruleset, &wanted, sizeof wanted.handled_access_fs, 0);
  if (rules < 0)
    return FALSE;
  gboolean is_confined = TRUE;
  for (gsize i = 0; readable != NULL && readable[i] != NULL; i++)
    is_confined = is_confined && grant_reading (rules, readable[i]);
  is_confined = is_confined && syscall (SYS_landlock_restrict_self, rules, 0) == 0;
  close (rules);
  return is_confined;
}

/* ── calls ───────────────────────────────────────────────────────────────────────────────── */

/* Computing, memory that cannot be executed, time, own signals, descriptors that are open. */
static const int always_allowed[] = {
  SYS_read,
  SYS_readv,
  SYS_pread64,
  SYS_write,
  SYS_writev,
  SYS_close,
  SYS_lseek,
  SYS_fstat,
  SYS_newfstatat,
  SYS_munmap,
  SYS_mremap,
  SYS_madvise,
  SYS_brk,
  SYS_futex,
  SYS_clock_gettime,
  SYS_clock_getres,
  SYS_gettimeofday,
  SYS_getpid,
  SYS_gettid,
  SYS_getuid,
  SYS_geteuid,
  SYS_getgid,
  SYS_getegid,
  SYS_getrandom,
  SYS_rt_sigaction,
  SYS_rt_sigprocmask,
  SYS_rt_sigreturn,
  SYS_sigaltstack,
  SYS_sched_yield,
  SYS_restart_syscall,
  SYS_exit,
  SYS_exit_group,
  SYS_set_robust_list,
  SYS_ppoll,
  SYS_sysinfo,
  SYS_uname,
  SYS_sched_getaffinity,
#ifdef SYS_poll
  SYS_poll,
#endif
#ifdef SYS_rseq
  SYS_rseq,
#endif
};

/* Finding what Landlock lets be read. */
static const int allowed_with_paths[] = {
  SYS_getdents64, SYS_readlinkat, SYS_faccessat, SYS_statx,    SYS_statfs, SYS_fstatfs,
#ifdef SYS_stat
  SYS_stat,       SYS_lstat,      SYS_access,    SYS_readlink,
#endif
#ifdef SYS_faccessat2
  SYS_faccessat2,
#endif
};

/* Only an attacker asks for these. */
static const int deadly[] = {
  SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
};

/* Calls of which one argument decides: no bit of the mask may be set. */
typedef struct
{
  int call;
  guint argument;
  guint32 forbidden_bits;
} Checked;

static const Checked checked_memory[] = {
  { SYS_mmap, 2, PROT_EXEC },
  { SYS_mprotect, 2, PROT_EXEC },
};
static const Checked checked_open[] = {
  { SYS_openat, 2, (guint32)(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND) },
#ifdef SYS_open
  { SYS_open, 1, (guint32)(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND) },
#endif
};

typedef struct
{
  struct sock_filter steps[256];
  unsigned short count;
} Program;

static void
add (Program *program, struct sock_filter step)
{
  g_assert (program->count < G_N_ELEMENTS (program->steps));
  program->steps[program->count++] = step;
}

static void
load (Program *program, gsize offset)
{
  add (program, (struct sock_filter)BPF_STMT (BPF_LD | BPF_W | BPF_ABS, (guint32)offset));
}

static void
answer (Program *program, guint32 verdict)
{
  add (program, (struct sock_filter)BPF_STMT (BPF_RET | BPF_K, verdict));
}

static void
answer_calls (Program *program, const int *calls, gsize count, guint32 verdict)
{
  for (gsize i = 0; i < count; i++)
    {
      add (program,
           (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (guint32)calls[i], 0, 1));
      answer (program, verdict);
    }
}

static void
answer_checked (Program *program, const Checked *calls, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      /* The low half of an argument; all of our bits lie in it, and both processors that we name
       * are little-endian. */
      gsize offset = offsetof (struct seccomp_data, args) + calls[i].argument * sizeof (guint64);
      add (program,
           (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (guint32)calls[i].call, 0, 4));
      load (program, offset);
      add (program, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K,
                                                  calls[i].forbidden_bits, 1, 0));
      answer (program, SECCOMP_RET_ALLOW);
      answer (program, SECCOMP_RET_ERRNO | EPERM);
    }
}

static gboolean
filter_calls (gboolean has_paths, GError **error)
{
  Program program = { .count = 0 };

  load (&program, offsetof (struct seccomp_data, arch));
  add (&program, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 1, 0));
  answer (&program, SECCOMP_RET_KILL_PROCESS);
  /* Numbers of the x32 table (bit 30) match nothing below and get the answer at the end. */
  load (&program, offsetof (struct seccomp_data, nr));
  answer_calls (&program, always_allowed, G_N_ELEMENTS (always_allowed), SECCOMP_RET_ALLOW);
  if (has_paths)
    answer_calls (&program, allowed_with_paths, G_N_ELEMENTS (allowed_with_paths),
                  SECCOMP_RET_ALLOW);
  answer_calls (&program, deadly, G_N_ELEMENTS (deadly), SECCOMP_RET_KILL_PROCESS);
  answer_checked (&program, checked_memory, G_N_ELEMENTS (checked_memory));
  if (has_paths)
    answer_checked (&program, checked_open, G_N_ELEMENTS (checked_open));
  answer (&program, SECCOMP_RET_ERRNO | EPERM);
  const struct sock_fprog filter = { program.count, program.steps };
  if (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "this system cannot filter system calls (%s), so no foreign document is opened",
               g_strerror (errno));
  return FALSE;
}

gboolean
hs_sandbox_enter (const HsSandboxPlan *plan, HsSandboxFiles *files, GError **error)
{
  /* Nobody waits for a helper as they wait for the next document to be taken. */
  (void)setpriority (PRIO_PROCESS, 0, 10);
  if (!limit (RLIMIT_AS, plan->memory_bytes, error) || !limit (RLIMIT_CPU, plan->cpu_seconds, error)
      || !limit (RLIMIT_CORE, 0, error) || !limit (RLIMIT_FSIZE, 0, error)
      || !limit (RLIMIT_NOFILE, DESCRIPTORS_MAX, error))
    return FALSE;
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return hs_platform_fail (error, errno, "cannot give up privileges");
  gboolean is_confined = confine_paths (plan->readable);
  gboolean has_paths = is_confined && plan->readable != NULL && plan->readable[0] != NULL;
  if (!filter_calls (has_paths, error))
    return FALSE;
  *files = has_paths ? HS_SANDBOX_READABLE : HS_SANDBOX_CLOSED;
  return TRUE;
}
