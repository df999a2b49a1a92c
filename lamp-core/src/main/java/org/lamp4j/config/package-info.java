/** The configuration files of LAMP's own program. */
package org.lamp4j.config;
