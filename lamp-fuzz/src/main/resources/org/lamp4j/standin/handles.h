/* Handles are told apart by their address only; nobody looks into them, and a process makes few. */
#include <stdlib.h>

static inline int new_handle(void **handle) {
    *handle = calloc(1, 256);
    return 0;
}
