/** What a motion pattern is: its parameters, low-rank updates, metadata, and the base model it belongs to. */
package org.lamp4j.motion;
