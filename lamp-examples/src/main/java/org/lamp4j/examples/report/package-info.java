/** What a run learned from and what it made, as one web page to look at. */
@NullMarked
package org.lamp4j.examples.report;

import org.jspecify.annotations.NullMarked;
