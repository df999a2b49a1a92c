@echo off
rem Runs lamp with the JDK of JAVA_HOME, or the java on the PATH; LAMP_OPTS holds options of the JVM, such as -Xmx8g.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" %LAMP_OPTS% -cp "%~dp0..\lib\*" org.lamp4j.examples.cli.Lamp %*
exit /b %ERRORLEVEL%
