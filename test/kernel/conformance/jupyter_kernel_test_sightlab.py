"""Runs jupyter_kernel_test against the installed kernelspec "sightlab"; every attribute is set, so that nothing is skipped."""

import sys
import unittest

import jupyter_kernel_test


class SightlabKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "sightlab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('test')"
    completion_samples = [
        {"text": "consol", "matches": {"console"}},
        {"text": "Math.flo", "matches": {"floor"}},
    ]
    complete_code_samples = ["1", "console.log('hello')", "function f(x: number) {\n  return x * 2\n}\n", "await 1"]
    incomplete_code_samples = ["function f() {", "`open", "foo(1,", "/* open"]
    invalid_code_samples = ["1 +* 2", "}", "'open"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
    ]
    code_display_data = [
        {"code": "display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "display.png(Uint8Array.of(1, 2))", "mime": "image/png"},
    ]
    code_generate_error = "throw new Error('raised')"
    code_inspect_sample = "console.log"
    code_clear_output = "display.clear()"
    code_history_pattern = "6?*?7"
    supported_history_operations = ("tail", "range", "search")
    support_iopub_welcome = True
    code_page_something = ""


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=2).result
    print("skipped:", sorted(f"{test.id().rsplit('.', 1)[1]}: {why}" for test, why in result.skipped))
    sys.exit(not result.wasSuccessful())
