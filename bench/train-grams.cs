// Counts folded four-byte grams in clean files and writes the table of src/Perisai.Engine/Matching/GramFrequencies.cs.
// dotnet run bench/train-grams.cs -- OUTPUT FOLDER...
// From each folder, files in order of the MD5 of their path, the first 256 KiB of each, 256 MiB altogether for one folder.
// The corpora that benchmarks scan should be other files than these.
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

const int Log2Rows = 18;
const long PerFolder = 256L << 20;
const int PerFile = 256 << 10;
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: train-grams OUTPUT FOLDER...");
    return 2;
}

var counts = new long[1 << Log2Rows];
long total = 0;
var buffer = new byte[PerFile];
foreach (var folder in args[1..])
{
    var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
    var files = Directory.EnumerateFiles(folder, "*", options)
        .OrderBy(path => Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(path))), StringComparer.Ordinal);
    long read = 0;
    foreach (var path in files)
    {
        int length;
        try
        {
            using var handle = File.OpenHandle(path);
            length = RandomAccess.Read(handle, buffer, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            continue;
        }

        for (var i = 0; i + 4 <= length; i++)
        {
            var gram = BitConverter.ToUInt32(buffer, i) | 0x20202020;
            counts[(gram * 0x9E3779B1) >> (32 - Log2Rows)]++;
        }

        read += length;
        if (read > PerFolder)
            break;
    }

    total += read;
    Console.WriteLine($"{folder}: {read >> 20} MiB");
}

var rows = counts.Select(count => (byte)Math.Clamp(Math.Round(8 * Math.Log2(1 + (count * (double)(1 << 30) / total))), 0, 255)).ToArray();
using (var file = File.Create(args[0]))
using (var brotli = new BrotliStream(file, CompressionLevel.SmallestSize))
    brotli.Write(rows);
Console.WriteLine($"{args[0]}: {new FileInfo(args[0]).Length} bytes from {total >> 20} MiB");
return 0;
