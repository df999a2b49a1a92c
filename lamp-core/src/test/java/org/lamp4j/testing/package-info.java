/** What tests of several packages use: fixtures, and a backbone that computes nothing but what a test tells it. */
package org.lamp4j.testing;
