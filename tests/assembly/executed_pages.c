/* Preloaded into a compiler: reports which pages of libLLVM's code are executed, from before `main` to `exit`.
 *
 * When all libraries are set up, libLLVM's code is made readable but not executable. A call into it faults. The handler
 * records the address, makes that page executable, and continues. At the end, the functions are written to the file that
 * the variable EXECUTED_PAGES names, one per line, if they are exported. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_RANGES 8
#define MOST_NOTES 100000

static struct { uintptr_t start, end; } ranges[MOST_RANGES];
static int range_count;
static void *notes[MOST_NOTES];
static int note_count;
static long page;

static int is_in_range(uintptr_t address) {
    for (int i = 0; i < range_count; i++)
        if (address >= ranges[i].start && address < ranges[i].end) return 1;
    return 0;
}

static void on_fault(int signal_number, siginfo_t *info, void *context) {
    uintptr_t address = (uintptr_t)info->si_addr;
    (void)context;
    if (!is_in_range(address)) {
        /* Another fault of the program, which happens again without this handler. */
        signal(signal_number, SIG_DFL);
        return;
    }
    int index = __atomic_fetch_add(&note_count, 1, __ATOMIC_RELAXED);
    if (index < MOST_NOTES) notes[index] = info->si_addr;
    mprotect((void *)(address & ~(uintptr_t)(page - 1)), page, PROT_READ | PROT_EXEC);
}

/* The compiler has another handler for this signal. */
int sigaction(int number, const struct sigaction *action, struct sigaction *old) {
    static int (*next)(int, const struct sigaction *, struct sigaction *);
    if (!next) next = dlsym(RTLD_NEXT, "sigaction");
    if (number == SIGSEGV && range_count) return next(number, NULL, old);
    return next(number, action, old);
}

static int find(struct dl_phdr_info *info, size_t size, void *data) {
    const char *name = strrchr(info->dlpi_name, '/');
    (void)size;
    (void)data;
    if (!name || strncmp(name, "/libLLVM", 8)) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X) || range_count == MOST_RANGES) continue;
        uintptr_t start = (info->dlpi_addr + header->p_vaddr) & ~(uintptr_t)(page - 1);
        uintptr_t end = info->dlpi_addr + header->p_vaddr + header->p_memsz;
        ranges[range_count].start = start;
        ranges[range_count++].end = (end + page - 1) & ~(uintptr_t)(page - 1);
    }
    return 0;
}

static void tell(void) {
    for (int i = 0; i < range_count; i++)
        mprotect((void *)ranges[i].start, ranges[i].end - ranges[i].start, PROT_READ | PROT_EXEC);
    const char *path = getenv("EXECUTED_PAGES");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    if (file < 0) return;
    dprintf(file, "pages of LLVM: %d\n", note_count);
    for (int i = 0; i < note_count && i < MOST_NOTES; i++) {
        Dl_info symbol;
        int known = dladdr(notes[i], &symbol) && symbol.dli_sname;
        dprintf(file, "%s\n", known ? symbol.dli_sname : "?");
    }
    close(file);
}

__attribute__((constructor)) static void watch(void) {
    page = sysconf(_SC_PAGESIZE);
    /* A linker may use LLVM too. */
    unsetenv("LD_PRELOAD");
    dl_iterate_phdr(find, NULL);
    if (!range_count) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    int count = range_count;
    range_count = 0;
    sigaction(SIGSEGV, &action, NULL);
    range_count = count;
    atexit(tell);
    for (int i = 0; i < range_count; i++)
        mprotect((void *)ranges[i].start, ranges[i].end - ranges[i].start, PROT_READ);
}
