/** Where and how networks run: devices, precision, memory budgets, gradient checkpointing. */
package org.lamp4j.device;
