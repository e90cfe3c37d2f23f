@echo off
rem Runs Flipside with the Java runtime beside it.
setlocal
set "HOME_DIR=%~dp0.."
set OPT_OUT_TRACKING=true
"%HOME_DIR%\runtime\bin\java.exe" -XX:+UseSerialGC -Xshare:auto -Dfile.encoding=UTF-8 -Dflipside.home="%HOME_DIR%" -Dflipside.terminal=true -Donnxruntime.native.path="%HOME_DIR%\lib" %FLIPSIDE_JAVA_OPTS% -cp "%HOME_DIR%\jars\*" dev.flipside.tools.Flipside %*
