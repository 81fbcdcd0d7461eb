/* Calls the functions of `library.rs`, and computes the same with this machine's floats. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
extern unsigned long sum(const double *, char *);
extern void compute(const double *, const double *, double *, uint64_t *);

static double saturated(double value, double least, double most) {
    return isnan(value) ? 0 : value < least ? least : value > most ? most : trunc(value) + 0.0;
}

static int check(double a, double b) {
    double found[24];
    uint64_t counts[8], bits;
    float x = a, y = b;
    memcpy(&bits, &a, sizeof bits);
    compute(&a, &b, found, counts);
    double nine = -0.0, i64 = saturated(a, -0x1p63, 0x1p63);
    for (int i = 0; i < 9; i++) nine += b;
    volatile float float_of_integer = saturated(a, -2147483648.0, 2147483647.0);
    double expected[24] = {
        a + b, a - b, a * b, a / b, fmod(a, b), -a, fabs(a), copysign(a, b),
        x + y, x - y, x * y, x / y, fmodf(x, y), -x,
        saturated(a, -2147483648.0, 2147483647.0), i64, saturated(a, 0, 0x1p64), saturated(x, -32768, 32767),
        float_of_integer, (double)x + a + nine, y, a + x + b + b + b + b + a + a + b + y, i64, found[23],
    };
    /* Halves from 2^-14 up have 11 digits. */
    if (fabs(a) >= 0x1p-14 && fabs(a) < 65504) {
        int exponent;
        double fraction = frexp(a, &exponent);
        expected[23] = ldexp(rint(ldexp(fraction, 11)), exponent - 11);
    }
    int order = (a < b) << 7 | (a <= b) << 6 | (a > b) << 5 | (a >= b) << 4 | (a == b) << 3 | (a != b) << 2
        | (x < y) << 1 | (x != y);
    uint64_t counted[8] = {
        order, __builtin_popcountll(bits), __builtin_popcount((uint32_t)bits),
        __builtin_popcount((uint8_t)bits),
        __builtin_popcountll(bits), isnan(a) + 2 * !!isinf(a), __builtin_popcount((uint16_t)bits), a > b,
    };
    for (int i = 0; i < 24; i++) {
        if (isnan(expected[i]) ? !isnan(found[i]) : memcmp(&expected[i], &found[i], 8)) {
            printf("%a, %a: result %d is %a, not %a\n", a, b, i, found[i], expected[i]);
            return 1;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (counts[i] != counted[i]) {
            printf("%a, %a: count %d is %lu, not %lu\n", a, b, i, counts[i], counted[i]);
            return 1;
        }
    }
    return 0;
}

int main(void) {
    double values[4] = {1, 2, 3, 4.5};
    char text[64];
    printf("%.*s\n", (int)sum(values, text), text);
    double numbers[] = {
        0.0, -0.0, 1.5, -2.25, 1e-310, 3e9, -7e18, 1.9e19, 65504.0, 0.1, 1e300, INFINITY, -INFINITY, NAN,
    };
    for (int i = 0; i < 14; i++)
        for (int j = 0; j < 14; j++)
            if (check(numbers[i], numbers[j])) return 1;
    return 0;
}
