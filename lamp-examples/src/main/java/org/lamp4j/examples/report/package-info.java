/** What a run learned from and what it made, as one web page to look at. */
package org.lamp4j.examples.report;
