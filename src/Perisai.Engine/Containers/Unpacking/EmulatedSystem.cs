namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// What unpacking code sees of Windows: a stack, the thread's and the process's blocks, and the functions that such code needs to do its work.
/// Any other function is the program's own, which begins to run: the emulation ends there.
/// </summary>
internal sealed class EmulatedSystem
{
    /// <summary>Above this there is only the system.</summary>
    public const uint LowestAddress = 0x70000000;

    /// <summary>Where a handler of an exception returns to.</summary>
    public const uint HandlerReturn = FunctionsStart + 0x20;

    /// <summary>Where the program returns to that returns.</summary>
    public const uint ProgramReturn = FunctionsStart + 0x40;

    public const uint ThreadBlock = 0x7FFD0000;

    private const uint ProcessBlock = ThreadBlock + 0x1000;
    private const uint FunctionsStart = 0x7C800000;
    private const int FunctionsLength = 0x20000;
    private const uint FirstFunction = FunctionsStart + 0x1000;
    private const int FunctionDistance = 16;
    /// <summary>A handle.</summary>
    private const uint OwnFile = 0x50;

    private const uint FirstLibrary = 0x76000000;
    private const int StackLength = 0x40000;

    /// <summary>All blocks that a program asks for, together.</summary>
    private const int MaximumAllocated = 48 << 20;

    private const int MaximumNameLength = 128;

    /// <summary>What can be found in the library's own table, in the order of names; by import or by name any function can be had.</summary>
    private static readonly string[] _exported =
    [
        "CloseHandle", "CompareStringA", "CopyFileA", "CreateDirectoryA", "CreateEventA", "CreateFileA", "CreateFileMappingA", "CreateFileW",
        "CreateMutexA", "CreateProcessA", "CreateRemoteThread", "CreateThread", "CreateToolhelp32Snapshot", "DebugActiveProcess",
        "DeleteCriticalSection", "DeleteFileA", "DuplicateHandle", "EnterCriticalSection", "ExitProcess", "ExitThread", "FindClose",
        "FindFirstFileA", "FindNextFileA", "FindResourceA", "FlushInstructionCache", "FreeEnvironmentStringsA", "FreeLibrary", "GetACP",
        "GetCPInfo", "GetCommandLineA", "GetCommandLineW", "GetContextThread", "GetCurrentDirectoryA", "GetCurrentProcess", "GetCurrentProcessId",
        "GetCurrentThread", "GetCurrentThreadId", "GetEnvironmentStrings", "GetEnvironmentVariableA", "GetExitCodeProcess", "GetFileAttributesA",
        "GetFileSize", "GetFileType", "GetFullPathNameA", "GetLastError", "GetLocalTime", "GetLocaleInfoA", "GetModuleFileNameA",
        "GetModuleFileNameW", "GetModuleHandleA", "GetModuleHandleW", "GetOEMCP", "GetPriorityClass", "GetProcAddress", "GetProcessHeap",
        "GetProcessTimes", "GetStartupInfoA", "GetStdHandle", "GetStringTypeA", "GetSystemDirectoryA", "GetSystemInfo", "GetSystemTime",
        "GetSystemTimeAsFileTime", "GetTempFileNameA", "GetTempPathA", "GetThreadContext", "GetThreadPriority", "GetTickCount",
        "GetTimeZoneInformation", "GetVersion", "GetVersionExA", "GetVolumeInformationA", "GetWindowsDirectoryA", "GlobalAlloc", "GlobalFree",
        "GlobalHandle", "GlobalLock", "GlobalMemoryStatus", "GlobalReAlloc", "GlobalUnlock", "HeapAlloc", "HeapCreate", "HeapDestroy", "HeapFree",
        "HeapReAlloc", "HeapSize", "InitializeCriticalSection", "InterlockedDecrement", "InterlockedExchange", "InterlockedIncrement",
        "IsBadReadPtr", "IsBadWritePtr", "IsDebuggerPresent", "LCMapStringA", "LeaveCriticalSection", "LoadLibraryA", "LoadLibraryExA",
        "LoadLibraryW", "LoadResource", "LocalAlloc", "LocalFree", "LockResource", "MapViewOfFile", "MoveFileA", "MulDiv", "MultiByteToWideChar",
        "OpenFileMappingA", "OpenMutexA", "OpenProcess", "OutputDebugStringA", "Process32First", "Process32Next", "QueryPerformanceCounter",
        "RaiseException", "ReadFile", "ReadProcessMemory", "ReleaseMutex", "ResumeThread", "RtlMoveMemory", "RtlUnwind", "RtlZeroMemory",
        "SetCurrentDirectoryA", "SetEndOfFile", "SetErrorMode", "SetEvent", "SetFileAttributesA", "SetFilePointer", "SetLastError",
        "SetPriorityClass", "SetThreadContext", "SetThreadPriority", "SetUnhandledExceptionFilter", "SizeofResource", "Sleep", "SuspendThread",
        "SwitchToThread", "TerminateProcess", "TerminateThread", "TlsAlloc", "TlsFree", "TlsGetValue", "TlsSetValue", "UnhandledExceptionFilter",
        "UnmapViewOfFile", "VirtualAlloc", "VirtualAllocEx", "VirtualFree", "VirtualFreeEx", "VirtualProtect", "VirtualProtectEx", "VirtualQuery",
        "WaitForSingleObject", "WideCharToMultiByte", "WinExec", "WriteFile", "WriteProcessMemory", "lstrcatA", "lstrcmpA", "lstrcmpiA", "lstrcpyA",
        "lstrcpynA", "lstrlenA",
    ];

    private readonly LoadedProgram _program;
    private readonly List<string> _functions = [];
    private readonly Dictionary<string, uint> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _libraries = new(StringComparer.OrdinalIgnoreCase);
    /// <summary>What the present call costs, in instructions.</summary>
    private long _cost;

    private uint _filePosition;
    private uint _nextBlock = 0x20000000;
    private long _allocated;

    public EmulatedSystem(LoadedProgram program)
    {
        _program = program;
        var memory = program.Memory;
        // The usual place of a stack is below the program, unless that is there itself.
        var stack = program.Base is >= 0x00400000 or < 0x00010000 ? 0x00100000u : 0x10000000u;
        while (!memory.TryAdd(stack, StackLength))
            stack += 0x08000000;
        memory.TryAdd(FunctionsStart, FunctionsLength);
        memory.TryAdd(ThreadBlock, 0x3000);
        StackPointer = stack + StackLength - 0x100;
        memory.Write32(ThreadBlock, uint.MaxValue);
        memory.Write32(ThreadBlock + 4, stack + StackLength);
        memory.Write32(ThreadBlock + 8, stack);
        memory.Write32(ThreadBlock + 0x18, ThreadBlock);
        memory.Write32(ThreadBlock + 0x20, 0x7A4);
        memory.Write32(ThreadBlock + 0x24, 0x7A8);
        memory.Write32(ThreadBlock + 0x30, ProcessBlock);
        memory.Write32(ProcessBlock + 8, program.Base);
        memory.Write32(StackPointer, ProgramReturn);
        SystemLayout.WriteLibrary(
            memory, FunctionsStart, FunctionsLength, "KERNEL32.dll", [.. _exported.Select(name => (name, AddressOf("kernel32", name)))]);
        SystemLayout.WriteModules(
            memory, ProcessBlock,
            [
                new("program.exe", program.Base, (uint)memory.Image.Length), new("ntdll.dll", FirstLibrary, 0x10000),
                new("kernel32.dll", FunctionsStart, FunctionsLength),
            ]);
    }

    public uint StackPointer { get; }

    public string NameAt(uint address) =>
        address >= FirstFunction && (address - FirstFunction) / FunctionDistance is var number && number < _functions.Count
            ? _functions[(int)number] : "";

    public bool Owns(uint address) => address - FunctionsStart < FunctionsLength;

    /// <summary>The place that stands for a function.</summary>
    public uint AddressOf(string library, string function)
    {
        // Functions that we know have the same name wherever they are from.
        if (_addresses.TryGetValue(function, out var address))
            return address;
        LibraryAt(library);
        address = FirstFunction + (uint)(FunctionDistance * _functions.Count);
        if (!Owns(address + FunctionDistance))
            return FirstFunction;
        _functions.Add(function);
        _addresses.Add(function, address);
        // What functions begin with, for programs that look whether there is a breakpoint.
        _program.Memory.Write32(address, 0x8B55FF8B);
        _program.Memory.Write32(address + 4, 0x909090EC);
        return address;
    }

    /// <summary>Executes the function that the processor has been sent to. False: it ends the emulation.</summary>
    public bool Call(Processor processor)
    {
        var memory = processor.Memory;
        var stack = processor[Processor.Esp];
        var number = (processor.Pointer - FirstFunction) / FunctionDistance;
        if (processor.Pointer < FirstFunction || number >= _functions.Count)
            return false;
        uint Argument(int index) => memory.Read32(stack + 4 + 4 * (uint)index);

        uint result;
        int count;
        switch (_functions[(int)number])
        {
            case "LoadLibraryA" or "GetModuleHandleA":
                (result, count) = (Argument(0) == 0 ? _program.Base : LibraryAt(memory.ReadText(Argument(0), MaximumNameLength)), 1);
                break;
            case "LoadLibraryW" or "GetModuleHandleW":
                (result, count) = (Argument(0) == 0 ? _program.Base : LibraryAt(memory.ReadText(Argument(0), MaximumNameLength, wide: true)), 1);
                break;
            case "LoadLibraryExA":
                (result, count) = (LibraryAt(memory.ReadText(Argument(0), MaximumNameLength)), 3);
                break;
            case "GetProcAddress":
                var name = Argument(1) < 0x10000 ? $"#{Argument(1)}" : memory.ReadText(Argument(1), MaximumNameLength);
                (result, count) = (name.Length == 0 ? 0 : AddressOf("", name), 2);
                break;
            case "VirtualAlloc":
                (result, count) = (Allocate(memory, Argument(0), Argument(1)), 4);
                break;
            case "VirtualAllocEx":
                (result, count) = (Allocate(memory, Argument(1), Argument(2)), 5);
                break;
            case "GlobalAlloc" or "LocalAlloc":
                (result, count) = (Allocate(memory, 0, Argument(1)), 2);
                break;
            case "HeapAlloc" or "RtlAllocateHeap":
                (result, count) = (Allocate(memory, 0, Argument(2)), 3);
                break;
            case "VirtualFree":
                (result, count) = (Free(memory, Argument(0)), 3);
                break;
            case "GlobalFree" or "LocalFree":
                Free(memory, Argument(0));
                (result, count) = (0, 1);
                break;
            case "HeapFree" or "RtlFreeHeap":
                (result, count) = (Free(memory, Argument(2)), 3);
                break;
            case "GetModuleFileNameA":
                (result, count) = (WritePath(memory, Argument(1), Argument(2)), 3);
                break;
            case "VirtualProtect":
                if (Argument(3) != 0)
                    memory.Write32(Argument(3), 0x40);
                (result, count) = (1, 4);
                break;
            case "HeapCreate":
                (result, count) = (0x00140000, 3);
                break;
            case "GlobalLock" or "LocalLock" or "GlobalHandle":
                (result, count) = (Argument(0), 1);
                break;
            case "GlobalUnlock" or "LocalUnlock" or "CloseHandle" or "FreeLibrary" or "HeapDestroy" or "SetLastError" or "Sleep"
                or "OutputDebugStringA":
                (result, count) = (1, 1);
                break;
            case "SetUnhandledExceptionFilter" or "SetErrorMode" or "DeleteFileA":
                (result, count) = (0, 1);
                break;
            case "FlushInstructionCache":
                (result, count) = (1, 3);
                break;
            case "CreateFileA" or "CreateFileW":
                // The only file that there is, whatever it is called: the program itself, whose checksum some look at.
                _filePosition = 0;
                (result, count) = (OwnFile, 7);
                break;
            case "GetFileSize":
                (result, count) = ((uint)_program.Headers.Reader.Length, 2);
                break;
            case "SetFilePointer":
                _filePosition = Argument(1) + (Argument(3) switch { 1 => _filePosition, 2 => (uint)_program.Headers.Reader.Length, _ => 0 });
                (result, count) = (_filePosition, 4);
                break;
            case "ReadFile":
                (result, count) = (ReadOwnFile(memory, Argument(1), Argument(2), Argument(3)), 5);
                break;
            case "CreateFileMappingA":
                (result, count) = (OwnFile + 4, 6);
                break;
            case "MapViewOfFile":
                (result, count) = (MapOwnFile(memory), 5);
                break;
            case "UnmapViewOfFile":
                (result, count) = (Free(memory, Argument(0)), 1);
                break;
            case "FindWindowA" or "FindWindowW":
                (result, count) = (0, 2);
                break;
            case "GetProcessHeap":
                (result, count) = (0x00140000, 0);
                break;
            case "GetCurrentProcess":
                (result, count) = (uint.MaxValue, 0);
                break;
            case "GetCurrentThread":
                (result, count) = (uint.MaxValue - 1, 0);
                break;
            case "GetCurrentProcessId":
                (result, count) = (0x7A4, 0);
                break;
            case "GetCurrentThreadId":
                (result, count) = (0x7A8, 0);
                break;
            case "IsDebuggerPresent" or "GetLastError":
                (result, count) = (0, 0);
                break;
            case "GetTickCount":
                (result, count) = (_ticks += 1, 0);
                break;
            default:
                return false;
        }

        processor.Left -= _cost;
        _cost = 0;
        processor[Processor.Eax] = result;
        // What a function leaves there.
        processor[Processor.Ecx] = stack;
        processor[Processor.Edx] = FunctionsStart;
        processor.Pointer = memory.Read32(stack);
        processor[Processor.Esp] = stack + 4 + 4 * (uint)count;
        return true;
    }

    private uint _ticks = 0x12345678;

    private uint LibraryAt(string name)
    {
        if (name.Length == 0)
            return 0;
        if (name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        if (!_libraries.TryGetValue(name, out var address))
        {
            address = string.Equals(name, "kernel32", StringComparison.OrdinalIgnoreCase)
                ? FunctionsStart : FirstLibrary + (uint)_libraries.Count * 0x10000;
            if (_libraries.Count < 256)
                _libraries.Add(name, address);
        }

        return address;
    }

    private uint Allocate(EmulatedMemory memory, uint wanted, uint length)
    {
        // What is committed a second time is there already.
        if (wanted != 0 && memory.Find(wanted) is not null)
            return wanted & ~0xFFFu;
        if (length == 0 || length > MaximumAllocated - _allocated)
            return 0;
        var rounded = (int)((length + 0xFFF) & ~0xFFFu);
        var address = wanted != 0 ? wanted & ~0xFFFFu : _nextBlock;
        if (!memory.TryAdd(address, rounded))
        {
            if (wanted != 0 || !memory.TryAdd(address = _nextBlock += 0x04000000, rounded))
                return 0;
        }

        _allocated += rounded;
        _cost += rounded / 16;
        if (wanted == 0)
            _nextBlock = address + ((uint)rounded + 0x1FFFFu & ~0xFFFFu);
        return address;
    }

    private uint ReadOwnFile(EmulatedMemory memory, uint address, uint wanted, uint countAddress)
    {
        var reader = _program.Headers.Reader.Reader;
        reader.Position = _filePosition;
        // A block that is there as a whole, or nothing.
        var target = memory.Find(address);
        var count = target is not null ? (int)Math.Min(Math.Min(wanted, reader.Remaining), target.Start + target.Length - (long)address) : 0;
        if (target is not null && count > 0)
        {
            _cost += count / 4;
            count = reader.Read(target.Bytes.AsSpan((int)(address - target.Start), count));
            for (var at = address - target.Start; at < address - target.Start + (uint)count; at += 1u << MemoryRegion.PageBits)
                target.Written[at >> MemoryRegion.PageBits] = true;
            _filePosition += (uint)count;
        }

        if (countAddress != 0)
            memory.Write32(countAddress, (uint)count);
        return 1;
    }

    private uint MapOwnFile(EmulatedMemory memory)
    {
        var address = Allocate(memory, 0, (uint)Math.Min(_program.Headers.Reader.Length, MaximumAllocated));
        if (address != 0)
        {
            var (position, length) = (_filePosition, (uint)_program.Headers.Reader.Length);
            _filePosition = 0;
            ReadOwnFile(memory, address, length, 0);
            _filePosition = position;
        }

        return address;
    }

    private static uint WritePath(EmulatedMemory memory, uint address, uint room)
    {
        var path = "C:\\program.exe\0"u8;
        if (room < path.Length)
            return 0;
        for (var index = 0; index < path.Length; index++)
            memory.Write8(address + (uint)index, path[index]);
        return (uint)path.Length - 1;
    }

    private uint Free(EmulatedMemory memory, uint address)
    {
        // Only blocks: the stack and the program stay.
        if (memory.Find(address) is { } region && region.Start == address && !region.Contains(StackPointer) && region != memory.Image
            && !Owns(address) && address != ThreadBlock)
        {
            _allocated -= region.Length;
            memory.Remove(region);
        }

        return 1;
    }
}
