/** Tables that people write by hand. */
package org.lamp4j.csv;
