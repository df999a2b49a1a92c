/** Damaging files, at random and by what the damage reaches, for the tests of readers. */
@NullMarked
package org.lamp4j.fuzz;

import org.jspecify.annotations.NullMarked;
