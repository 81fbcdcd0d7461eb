/* Prints the bits of the results that `caller.rs` collects. */
#include <stdio.h>

extern unsigned long run(unsigned __int128 *);

int main(void) {
    static unsigned __int128 bits[64];
    unsigned long count = run(bits);
    for (unsigned long i = 0; i < count; i++) {
        printf("%016lx%016lx\n", (unsigned long)(bits[i] >> 64), (unsigned long)bits[i]);
    }
    return 0;
}
