/** Damaging files, at random and by what the damage reaches, for the tests of readers. */
package org.lamp4j.fuzz;
