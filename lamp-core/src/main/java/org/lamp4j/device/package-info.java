/** Where and how networks run: devices, precision, memory budgets, gradient checkpointing. */
@NullMarked
package org.lamp4j.device;

import org.jspecify.annotations.NullMarked;
